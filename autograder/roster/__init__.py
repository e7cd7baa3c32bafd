"""Who is who: the course's roster, by the names and numbers under which systems know its students."""
