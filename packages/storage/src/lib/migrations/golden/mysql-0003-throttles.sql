create table `throttles` (`realm` varchar(64) not null, `key` varchar(64) not null, `count` bigint not null, `ready_at` bigint not null, `expires_at` bigint not null, constraint `throttles_pk` primary key (`realm`, `key`)) engine = InnoDB row_format = dynamic default character set utf8mb4 collate utf8mb4_0900_bin;
create index `throttles_by_expiry` on `throttles` (`expires_at`);
