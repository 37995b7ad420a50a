"""The directory of the network and the counterparts found in it."""
