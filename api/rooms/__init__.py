"""The resources of the API, one module each; a view says who, which shape, and which call, and no more."""
