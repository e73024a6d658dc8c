"""Questions from files into a bank and out of it: services, like `courses.services`."""
