"""Actions of the controller: each does one thing while a network is trained."""
