"""What part of the body images show, from their values alone: no tag, no model."""
