"""Files on their way here: a model from a hub, sound of any format."""
