-- Letting go of a picture asks whether addresses remember it; without this it would look at all of them.
CREATE INDEX removed_url_of_image ON removed_url (image_seq);
