"""Files kept on an account, a document or a payment: the panel, the upload, the download."""
