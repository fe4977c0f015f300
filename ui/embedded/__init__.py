"""The servers that `evermynd up` brings along where no URL is set, and the supervisor that watches over them."""
