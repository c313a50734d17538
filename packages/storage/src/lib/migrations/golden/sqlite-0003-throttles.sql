create table "throttles" ("realm" text not null, "key" text not null, "count" integer not null, "ready_at" integer not null, "expires_at" integer not null, constraint "throttles_pk" primary key ("realm", "key")) without rowid, strict;
create index "throttles_by_expiry" on "throttles" ("expires_at");
