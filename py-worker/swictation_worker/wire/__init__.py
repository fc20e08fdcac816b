"""Messages between daemon and worker: their shape, their channel, their queue."""
