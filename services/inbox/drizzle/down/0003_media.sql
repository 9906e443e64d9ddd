-- Loses what is known of files; media can tell it again.
DROP TABLE "inbox"."media";
