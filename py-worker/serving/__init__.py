"""A server for many on the worker's own engines: Ray Serve behind OpenAI's interface. Its page is docs/serving.md."""
