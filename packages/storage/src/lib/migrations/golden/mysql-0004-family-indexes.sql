drop index `token_families_by_account` on `token_families`;
create index `token_families_by_account` on `token_families` (`account_id`, `realm`, `created_at`, `id`);
drop index `token_families_by_revocation` on `token_families`;
create index `token_families_by_revocation` on `token_families` (`revoked_at`, `created_at`, `realm`);
