# one_at_a_time FILE: waits, with one line, until nobody else who asked for FILE works; held until this script and what
# it started have ended. scripts/setup.sh and install.sh read this file.
one_at_a_time() {
  command -v flock >/dev/null || return 0
  mkdir -p "$(dirname "$1")"
  exec 9>"$1"
  flock -n 9 && return
  echo "another set-up works here; waiting until it is done" >&2
  flock 9
}
