"""The catalogues of the admin and of the pages for everybody; English is written in the source."""
