-- Runs once, when the data directory is empty. psql reads the passwords from the files; they stand in no command line and no log.
\set orders_password `cat /run/secrets/shop-database-password`
create role orders login password :'orders_password';
create database orders owner orders;
revoke connect on database orders from public;

-- Used with compose.prod.yaml.
\set signalbox_password `cat /run/secrets/signalbox-database-password`
create role signalbox login password :'signalbox_password';
create database signalbox owner signalbox;
revoke connect on database signalbox from public;
