"""Designs of certificates: their pictures, their forms and pages in the admin, their previews."""
