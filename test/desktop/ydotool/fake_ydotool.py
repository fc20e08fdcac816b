"""ydotool 1.2 without /dev/uinput: it records the numbers of the keys that the real one would send for a US keyboard, and a
window with the layout YDOTOOL_LAYOUT (and YDOTOOL_VARIANT) makes of them what xkbcommon's tables say. YDOTOOL_WINDOW is the
window's file, `.codes` beside it the numbers. Ctrl+V, Ctrl+Shift+V and Shift+Insert paste the X clipboard there."""

import ctypes
import os
import subprocess
import sys

SHIFT, CTRL = 42, 29
MODIFIERS = {SHIFT, CTRL, 56, 125}
ROWS = {"1234567890-=": 2, "qwertyuiop[]": 16, "asdfghjkl;'`": 30, "\\zxcvbnm,./": 43}
SHIFTED = dict(
    zip('!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?', "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./")
)
EXTRA = {" ": 57, "\n": 28, "\t": 15}


def code_of(character: str) -> int:
    if character in EXTRA:
        return EXTRA[character]
    for row, first in ROWS.items():
        if character in row:
            return first + row.index(character)
    raise SystemExit(f"no key for {character!r}")


class Names(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


class Window:
    """A window that has this keyboard layout."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.held: set[int] = set()
        xkb = self.xkb = ctypes.CDLL("libxkbcommon.so.0")
        for function in (xkb.xkb_context_new, xkb.xkb_keymap_new_from_names, xkb.xkb_state_new):
            function.restype = ctypes.c_void_p
        layout = os.environ.get("YDOTOOL_LAYOUT", "us").encode()
        names = Names(b"evdev", b"pc105", layout, os.environ.get("YDOTOOL_VARIANT", "").encode(), b"")
        context = ctypes.c_void_p(xkb.xkb_context_new(0))
        keymap = ctypes.c_void_p(xkb.xkb_keymap_new_from_names(context, ctypes.byref(names), 0))
        if not keymap:
            raise SystemExit("no such layout")
        self.state = ctypes.c_void_p(xkb.xkb_state_new(keymap))

    def send(self, code: int, down: bool) -> None:
        with open(self.path + ".codes", "a", encoding="utf-8") as file:
            file.write(f"{code}:{int(down)} ")
        self.xkb.xkb_state_update_key(self.state, code + 8, int(down))
        (self.held.add if down else self.held.discard)(code)
        if not down or code in MODIFIERS:
            return
        self.write(self.pasted() if self.is_paste(code) else self.character(code))

    def character(self, code: int) -> str:
        buffer = ctypes.create_string_buffer(16)
        self.xkb.xkb_state_key_get_utf8(self.state, code + 8, buffer, 16)
        return buffer.value.decode().replace("\r", "\n")

    def is_paste(self, code: int) -> bool:
        if code == 110:
            return SHIFT in self.held
        # Programs know V by what the layout gives there; where that has no Latin letters, by its place.
        keysym = self.xkb.xkb_state_key_get_one_sym(self.state, code + 8)
        is_v = keysym in (0x56, 0x76) or (code == 47 and keysym > 0xFF)
        return CTRL in self.held and is_v

    def pasted(self) -> str:
        command = ["xclip", "-selection", "clipboard", "-o"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    def write(self, text: str) -> None:
        with open(self.path, "a", encoding="utf-8", newline="") as file:
            file.write(text)


def main(words: list[str]) -> None:
    if "--help" in words:
        print(
            "Usage: ydotool\nAvailable commands:\n  click\n  type\n  key\n  debug"
            if words[0] == "--help"
            else "  -H,--key-hold=N"
        )
        return
    window = Window(os.environ["YDOTOOL_WINDOW"])
    if words[0] == "key":
        for word in words[1:]:
            code, state = word.split(":")
            window.send(int(code), state == "1")
    elif words[0] == "type":
        for character in sys.stdin.read():
            shifted = SHIFTED.get(character)
            if shifted is not None:
                window.send(SHIFT, True)
            code = code_of(shifted or character)
            window.send(code, True)
            window.send(code, False)
            if shifted is not None:
                window.send(SHIFT, False)


main(sys.argv[1:])
