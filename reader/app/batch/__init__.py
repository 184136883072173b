"""Workers of a batch: on Ray where it is installed, else in this process, one by one."""
