"""What breaks from outside: processes and servers killed under load, disks full, databases gone."""
