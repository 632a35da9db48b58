"""What needs two rooms: from a slow entry to its line, job and schedule, and the rules that no room can judge alone."""
