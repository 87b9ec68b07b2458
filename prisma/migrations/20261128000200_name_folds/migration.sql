-- The keys by which names are found are made by the service (`foldName`), in versions: a start folds anew what an older version
-- folded. Until now it was the first.
CREATE TABLE name_folds (
    version INTEGER NOT NULL,
    folded_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT name_folds_pkey PRIMARY KEY (version)
);
INSERT INTO name_folds (version) VALUES (1);

-- Two aliases that an older version told apart may have one key by a newer one: then both stay, until the source is changed.
ALTER TABLE source_aliases DROP CONSTRAINT source_aliases_pkey,
  ADD CONSTRAINT source_aliases_pkey PRIMARY KEY (source_id, position);
