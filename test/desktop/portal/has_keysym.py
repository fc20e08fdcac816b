"""Whether a keyboard of this layout has a key for this keysym, by xkbcommon's tables: has_keysym.py LAYOUT VARIANT KEYSYM. Exit code 0: yes."""

import ctypes
import sys


class Names(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


layout, variant, wanted = sys.argv[1:]
xkb = ctypes.CDLL("libxkbcommon.so.0")
xkb.xkb_context_new.restype = ctypes.c_void_p
xkb.xkb_keymap_new_from_names.restype = ctypes.c_void_p
names = Names(b"evdev", b"pc105", layout.encode(), variant.encode(), b"")
context = ctypes.c_void_p(xkb.xkb_context_new(0))
keymap = ctypes.c_void_p(xkb.xkb_keymap_new_from_names(context, ctypes.byref(names), 0))
symbols = ctypes.POINTER(ctypes.c_uint32)()
for code in range(9, 256):
    for level in range(xkb.xkb_keymap_num_levels_for_key(keymap, code, 0)):
        count = xkb.xkb_keymap_key_get_syms_by_level(keymap, code, 0, level, ctypes.byref(symbols))
        if int(wanted) in symbols[:count]:
            sys.exit(0)
sys.exit(1)
