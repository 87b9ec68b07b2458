#!/bin/sh
# Makes the database and its two roles: the owner, who runs the migrations, and the service's own, which owns nothing.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set owner_password="$ONRECORD_OWNER_PASSWORD" --set password="$ONRECORD_PASSWORD" <<'SQL'
CREATE ROLE onrecord_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE onrecord LOGIN PASSWORD :'password';
CREATE DATABASE onrecord OWNER onrecord_owner;
SQL
