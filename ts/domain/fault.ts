/** Every way in which a worker can fail, see docs/faults.md for how each is recognised and answered. */
export const FAULT_CLASSES = [
  'oom',
  'ambiguous',
  'sticky',
  'wrong_result',
  'driver_gone',
  'config',
  'hang',
  'dead',
] as const;
export type FaultClass = (typeof FAULT_CLASSES)[number];
