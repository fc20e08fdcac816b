// Loaded before the daemon: SIGURG sets the wall clock back by a day, the next one forward by two.
const realNow = Date.now;
let offsetMs = 0;
let next = -86_400_000;
process.on('SIGURG', () => {
  offsetMs += next;
  next = 2 * 86_400_000;
});
Date.now = () => realNow() + offsetMs;
