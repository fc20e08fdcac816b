# Where installing puts things and uninstalling takes them away; scripts/install.sh, put-in-place.sh and uninstall.sh
# read this file.
bin=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}
config_home=${XDG_CONFIG_HOME:-$HOME/.config}
config=$config_home/swictation
data=$share/swictation
state=${XDG_STATE_HOME:-$HOME/.local/state}/swictation
# The programs of `make install`, and the Python environment of `swictation setup`.
app=$data/app
python=$data/python
units=$config_home/systemd/user
unit=swictation.service
older_units='swictation-daemon.service'
programs='swictation swictationd'
bash_file=$share/bash-completion/completions/swictation
zsh_file=$share/zsh/site-functions/_swictation
fish_file=$share/fish/vendor_completions.d/swictation.fish
man_file=$share/man/man1/swictation.1
daemon_man_file=$share/man/man1/swictationd.1
# By its name the desktop knows the program that asks for keys.
desktop_entry=org.swictation.Swictation.desktop
desktop_file=$share/applications/$desktop_entry

# put_launcher PROGRAM FILE: a command that starts the program by the node that is here now, as the service does. The
# PATH of a compositor that runs it for a key has none where node comes from a version manager. What a session makes
# Node load, or open to a debugger, is not for a program that hears the microphone.
put_launcher() {
  rm -f "$2"
  cat >"$2" <<END
#!/bin/sh
# Written by the installation of swictation.
node=$(quoted "$(command -v node)")
[ -x "\$node" ] || node=node
unset NODE_OPTIONS
exec "\$node" $(quoted "$1") "\$@"
END
  chmod 755 "$2"
}

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# Such a command, or a link into the built programs of this checkout or of another.
is_ours() {
  if [ -f "$1" ] && [ ! -L "$1" ]; then grep -qs '^# Written by the installation of swictation' "$1"; return; fi
  case $(readlink "$1" 2>/dev/null || true) in
  */dist/bin/swictation.js | */dist/bin/swictationd.js) true ;;
  *) false ;;
  esac
}
