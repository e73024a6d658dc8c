"""The wish to be contacted, of somebody who was hurt."""
