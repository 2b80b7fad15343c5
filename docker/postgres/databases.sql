-- Runs once, when the data directory is empty. psql reads the passwords from the files; they stand in no command line and no log.
\getenv shop_user DATABASE_USER
\getenv shop_database DATABASE_NAME
\set shop_password `cat "$DATABASE_PASSWORD_FILE"`
create role :"shop_user" login password :'shop_password';
create database :"shop_database" owner :"shop_user";
revoke connect on database :"shop_database" from public;

-- Used with compose.prod.yaml.
\set signalbox_password `cat /run/secrets/signalbox-database-password`
create role signalbox login password :'signalbox_password';
create database signalbox owner signalbox;
revoke connect on database signalbox from public;
