"""A window with a text in it: window.py FILE TITLE. FILE holds what is in it, after each change; GTK's own shortcuts paste."""

import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

path, title = sys.argv[1:]
view = Gtk.TextView()
buffer = view.get_buffer()


def write(*_args: object) -> None:
    start, end = buffer.get_bounds()
    with open(path, "w", encoding="utf-8") as file:
        file.write(buffer.get_text(start, end, True))


buffer.connect("changed", write)
window = Gtk.Window(title=title, default_width=400, default_height=200)
window.add(view)
window.connect("destroy", Gtk.main_quit)
# The file is there from when the window is. Where no keyboard is plugged in, it gets the focus only with the first one.
window.connect("map-event", write)
window.show_all()
Gtk.main()
