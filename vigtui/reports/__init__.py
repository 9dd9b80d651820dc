"""Reports: a case as pages to print or keep. Pure: from records to a `Document`, from a document to text in a format."""
