"""Where orders and customers come from: files and payloads of shops, read into the domain's own shapes."""
