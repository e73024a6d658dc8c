"""An agency's people: their state, nominations, downloads."""
