-- Runs once, when the data directory is empty. psql reads the password from the file; it stands in no command line and no log.
\set orders_password `cat /run/secrets/shop-database-password`
create role orders login password :'orders_password';
create database orders owner orders;
revoke connect on database orders from public;
