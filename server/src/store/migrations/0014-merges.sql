-- Merges of classes, which questions about classes follow; and open offers of a class.
CREATE INDEX act_merged ON act (id) WHERE kind = 'merge-class' AND state = 'done';
CREATE INDEX label_offer_open ON label_offer (class_id, image_seq) WHERE settled_by IS NULL;
