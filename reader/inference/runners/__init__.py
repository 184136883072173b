"""Where a run happens: a thread, a process, a server. One contract for all of them."""
