"""What portals make of a catalogue."""
