# Where scripts/install.sh puts things and scripts/uninstall.sh takes them away; both read this file.
bin=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}
config_home=${XDG_CONFIG_HOME:-$HOME/.config}
config=$config_home/swictation
data=$share/swictation
state=${XDG_STATE_HOME:-$HOME/.local/state}/swictation
units=$config_home/systemd/user
unit=swictation.service
older_units='swictation-daemon.service'
programs='swictation swictationd'
bash_file=$share/bash-completion/completions/swictation
zsh_file=$share/zsh/site-functions/_swictation
fish_file=$share/fish/vendor_completions.d/swictation.fish
man_file=$share/man/man1/swictation.1
daemon_man_file=$share/man/man1/swictationd.1

# A link into the built programs of this checkout or of another.
is_ours() {
  case $(readlink "$1" 2>/dev/null || true) in
  */dist/bin/swictation.js | */dist/bin/swictationd.js) true ;;
  *) false ;;
  esac
}
