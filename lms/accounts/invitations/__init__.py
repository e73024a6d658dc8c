"""Invitations by mail, through which somebody joins an agency."""
