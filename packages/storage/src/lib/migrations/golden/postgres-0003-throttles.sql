create table "throttles" ("realm" text collate "C" not null, "key" text collate "C" not null, "count" bigint not null, "ready_at" bigint not null, "expires_at" bigint not null, constraint "throttles_pk" primary key ("realm", "key")) with (fillfactor = 80);
create index "throttles_by_expiry" on "throttles" ("expires_at");
