"""What the window wants to know of pictures: functions of the engine that the compute thread runs (``Compute.ask``)."""
