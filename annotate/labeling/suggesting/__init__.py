"""Next steps from a model that an admin has connected: asked for by people at their tasks, logged, and limited."""
