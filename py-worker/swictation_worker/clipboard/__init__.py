"""The clipboard of a Wayland session by its data-control protocol: read whole, and owned with word of each paste.

Programs for it (wl-paste, wl-copy) know one kind of content at a time and don't tell when it was taken. Node can't be
handed file descriptors, so this is Python. Nothing here imports anything but the standard library.
"""
