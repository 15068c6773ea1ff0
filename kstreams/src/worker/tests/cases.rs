//! The cases. A name says what must hold; the snapshot of that name shows that it does.
use super::script::run;

macro_rules! cases {
    ($($name:ident: $script:expr,)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(stringify!($name), run($script));
            });
        })*
    };
}

cases! {
    // ---- the way up
    an_empty_group_starts_at_the_reset_policy: "
        assign 0_0
        opened 0_0
        offsets 0_0 orders=-
        ends 0_0 counts=0..0",
    the_restore_barrier_asks_for_ends_after_stable_offsets: "
        assign 0_0 0_1
        opened 0_1
        opened 0_0
        offsets 0_1 orders=7
        ends 0_1 counts=0..20
        offsets 0_0 orders=5
        restored 0_1 counts 10 10
        ends 0_0 counts=0..0
        restored 0_1 counts 8 20",
    a_stateless_task_has_nothing_to_restore: "
        assign 3_0
        opened 3_0
        offsets 3_0 plain=4",
    a_source_table_is_restored_up_to_its_committed_offset: "
        assign 2_0
        opened 2_0
        offsets 2_0 clicks=3 users=8
        ends 2_0 users=0..20
        restored 2_0 users 8 8",
    a_source_table_that_nothing_is_committed_of_is_not_restored: "
        assign 2_0
        opened 2_0
        offsets 2_0 clicks=- users=-
        ends 2_0 users=0..20",
    no_task_starts_before_all_global_tables_are_known: "
        assign 3_0 3_1
        opened 3_0
        offsets 3_0 plain=4
        global users
        opened 3_1
        global clicks
        offsets 3_1 plain=7
        global users",
    a_worker_that_waits_for_a_global_table_can_finish: "
        assign 3_0
        opened 3_0
        offsets 3_0 plain=4
        close
        global users",
    parked_state_needs_no_restore: "
        assign 0_0
        opened 0_0 41 counts=20
        offsets 0_0 orders=5
        ends 0_0 counts=0..20
        records orders/0 5@100=a
        at 40000
        committed 25",
    parked_state_that_others_went_on_with_reads_the_rest: "
        assign 0_0
        opened 0_0 41 counts=20
        offsets 0_0 orders=5
        ends 0_0 counts=0..30
        restored 0_0 counts 4 30",
    a_position_behind_the_end_is_refused: "
        assign 0_0 0_1
        opened 0_0 41 counts=20
        offsets 0_0 orders=5
        ends 0_0 counts=0..3
        at 100000
        wake",
    a_compacted_changelog_without_its_head_is_refused: "
        assign 0_0
        opened 0_0 41 counts=20
        offsets 0_0 orders=5
        ends 0_0 counts=25..30",
    a_window_changelog_loses_its_head_by_retention: "
        assign 1_0
        opened 1_0 41 hourly=20
        offsets 1_0 by-item=5
        ends 1_0 hourly=25..30
        restored 1_0 hourly 5 30",
    a_state_older_than_tombstones_stay_is_rebuilt: "
        at 86400000
        assign 0_0 0_1
        opened 0_0 0 counts=20
        opened 0_1 0 counts=20
        offsets 0_0 orders=5
        offsets 0_1 orders=5
        ends 0_0 counts=0..30
        ends 0_1 counts=0..20",
    a_younger_state_is_not_rebuilt: "
        at 86399999
        assign 0_0
        opened 0_0 0 counts=20
        offsets 0_0 orders=5
        ends 0_0 counts=0..30",
    an_empty_store_begins_at_the_first_offset: "
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=25..30",
    questions_without_an_answer_are_asked_again: "
        assign 0_0
        opened 0_0 error disk is busy
        at 50
        wake
        at 100
        opened 0_0
        offsets 0_0 error timed out
        at 300
        offsets 0_0 orders=5
        ends 0_0 error timed out
        wake
        at 700
        ends 0_0
        at 1500
        ends 0_0 counts=0..0",
    a_restore_tells_how_far_it_has_come: "
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=0..1000
        restored 0_0 counts 90 100
        at 1000
        restored 0_0 counts 90 200
        at 1500
        restored 0_0 counts 90 300
        at 2000
        restored 0_0 counts 90 1000",
    a_task_is_not_started_while_a_commit_is_in_flight: "
        start 0_0 5
        at 40000
        records orders/0 5@100=a
        assign 0_1
        opened 0_1
        offsets 0_1 orders=7
        ends 0_1 counts=0..0
        committed 1",
    // ---- stale answers
    a_database_opened_for_a_task_that_left_is_given_back: "
        assign 0_0
        revoke 0_0
        opened 0_0 41 counts=20",
    one_question_serves_two_assignments: "
        assign 0_0
        revoke 0_0
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5",
    an_old_answer_does_not_pass_for_a_new_one: "
        assign 0_0
        opened 0_0
        revoke 0_0
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        offsets 0_0 orders=9
        ends 0_0 counts=0..0",
    a_task_given_again_before_its_release_is_taken_in_after_it: "
        start 0_0 5
        records orders/0 5@100=a
        revoke 0_0
        assign 0_0
        committed 3
        opened 0_0",
    a_task_given_again_and_revoked_once_more_is_released_once: "
        start 0_0 5
        records orders/0 5@100=a
        revoke 0_0
        assign 0_0
        revoke 0_0
        committed 3",
    // ---- choosing
    the_task_with_the_smallest_timestamp_goes_first: "
        set slack 0
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a 6@300=b 7@500=c
        +records orders/1 7@200=x 8@250=y 9@600=z
        at 0",
    slack_keeps_batches_together: "
        set slack 150
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a 6@300=b 7@500=c
        +records orders/1 7@200=x 8@250=y 9@600=z
        at 0",
    nothing_is_processed_before_all_partitions_were_seen: "
        set first-heads 500
        assign 0_0 1_0
        opened 0_0
        opened 1_0
        offsets 0_0 orders=-
        ends 0_0 counts=0..0
        records orders/0 5@100=a
        wake
        offsets 1_0 by-item=-
        ends 1_0 hourly=0..0
        eof by-item/0
        records orders/0 6@101=b",
    partitions_that_show_nothing_are_not_waited_for_longer: "
        set first-heads 500
        start 0_0 5
        start 0_1 5
        records orders/0 5@100=a
        at 499
        wake
        at 500",
    a_step_has_an_end: "
        set step 2
        start 0_0 5
        records orders/0 5@100=a 6@300=b 7@500=c
        wake
        at 1
        wake",
    a_task_that_waits_for_a_partition_holds_up_nobody: "
        set slack 0
        start 0_0 5
        start 2_0 5
        +records clicks/0 5@10=a
        records orders/0 5@100=a
        eof users/0 5
        wake",
    waiting_has_an_end: "
        set idle 50
        start 2_0 5
        records clicks/0 5@10=a
        wake
        at 49
        at 50",
    timers_fire_on_wall_time: "
        start 0_0 5
        records orders/0 5@100=timer:700
        wake
        at 699
        at 700
        at 30000",
    bad_records_are_told: "
        start 0_0 5
        records orders/0 5@100=skip 6@100=a",
    // ---- commit
    a_commit_covers_all_dirty_tasks: "
        start 0_0 5
        start 0_1 7
        start 3_0 1
        records orders/0 5@100=a 6@100=out
        records orders/1 7@100=b
        at 29999
        wake
        at 30000
        records orders/0 7@100=later
        at 30020
        committed 11 21
        wake",
    nothing_to_commit_is_not_committed: "
        start 0_0 5
        at 90000
        wake",
    a_commit_on_request_comes_at_once: "
        start 0_0 5
        records orders/0 5@100=a
        wake
        records orders/0 6@100=commit
        wake
        at 1
        committed",
    many_open_bytes_are_committed_early: "
        set open 100
        start 0_0 5
        records orders/0 5@1=big:60 6@2=big:60 7@3=big:60
        at 1
        committed",
    repartition_topics_are_purged_at_intervals: "
        set commit 1000
        set purge 5000
        start 1_0 5
        records by-item/0 5@100=a
        at 5000
        committed
        records by-item/0 6@100=a
        at 6000
        committed
        records by-item/0 7@100=a
        at 10000
        committed",
    // ---- ways back
    a_refused_commit_rewinds_every_dirty_task: "
        start 0_0 5
        start 0_1 7
        start 3_0 1
        records orders/0 5@100=a 6@100=out
        records orders/1 7@100=b
        at 30000
        records orders/0 7@100=later
        refused the generation is old
        +records orders/0 8@100=stale
        aborted
        records orders/0 5@100=a",
    an_uncertain_commit_asks_again_in_the_barriers_order: "
        start 0_0 5
        start 3_0 1
        records orders/0 5@100=a
        at 30000
        indefinite timed out
        aborted
        offsets 0_0 orders=6
        ends 0_0 counts=0..2
        restored 0_0 counts 1 2",
    a_fenced_worker_lets_go_of_everything: "
        start 0_0 5
        assign 0_1
        opened 0_1
        records orders/0 5@100=a
        at 30000
        fenced another producer has the transactional id
        aborted
        assign 0_0",
    a_fatal_commit_ends_the_worker: "
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        fatal transactional id is not authorised
        wake
        assign 0_1
        revoke 0_0
        close",
    an_abort_that_fails_ends_the_worker: "
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        refused no
        aborted error broker is gone
        aborted error broker is gone
        close",
    an_abort_that_fails_is_left_to_a_new_producer: "
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        refused no
        aborted error the producer is fenced
        aborted
        offsets 0_0 orders=5
        ends 0_0 counts=0..0",
    a_lost_record_aborts_and_replaces_the_producer: "
        start 0_0 5
        records orders/0 5@100=out
        undelivered out message too large
        undelivered out message too large
        aborted",
    a_topic_that_a_record_names_and_that_cannot_be_written_is_told_to_all_tasks_before_the_record_comes_again: "
        start 0_0 5
        start 0_1 7
        records orders/0 5@100=out
        unwritable of-3 it does not exist
        aborted
        records orders/0 5@100=out",
    a_topic_that_cannot_be_written_is_told_while_the_commit_that_it_spoils_is_on_its_way: "
        start 0_0 5
        records orders/0 5@100=out
        at 40000
        wake
        records orders/0 6@200=a
        unwritable of-3 it does not exist
        refused a record was not produced
        aborted",
    aborts_in_a_row_are_spaced: "
        start 0_0 5
        records orders/0 5@100=out
        undelivered out no
        aborted
        records orders/0 5@100=out
        undelivered out no
        aborted
        records orders/0 5@100=out
        wake
        at 100
        undelivered out no
        aborted
        records orders/0 5@100=out
        wake",
    // ---- failing tasks
    a_task_on_a_bad_record_does_not_take_its_neighbour_down: "
        start 0_0 5
        start 0_1 7
        +records orders/1 7@50=a
        records orders/0 5@100=a 6@100=fail
        aborted
        records orders/1 7@50=a
        at 30000
        committed 3
        at 500000
        wake",
    a_task_that_fails_clean_aborts_nothing: "
        start 0_0 5
        start 0_1 7
        +records orders/1 7@50=a
        records orders/0 5@500=fail
        at 30000
        committed 3
        revoke 0_0
        assign 0_0
        opened 0_0",
    a_broken_store_is_opened_again_with_growing_pauses: "
        start 0_0 5
        records orders/0 5@100=corrupt
        wake
        at 100
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=0..0
        records orders/0 5@100=corrupt
        wake",
    a_task_that_fails_in_the_walk_aborts_it: "
        start 0_0 5
        start 0_1 7
        +records orders/1 7@50=unwritable
        records orders/0 5@100=a
        at 30000
        aborted
        records orders/0 5@100=a
        at 60000
        committed 3",
    // ---- checkpoints
    a_checkpoint_follows_a_commit_that_asked_for_the_ends: "
        set checkpoint 40000
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        committed
        records orders/0 6@100=b
        at 60000
        committed 12
        records orders/0 7@100=b
        at 100000
        committed
        checkpointed 0_0 2",
    an_idle_task_is_checkpointed_too: "
        set commit 100
        start 0_0 5
        records orders/0 5@100=a
        at 100
        committed
        wake
        at 15000
        committed 2
        checkpointed 0_0 2
        wake",
    the_largest_task_is_written_first_when_the_budget_is_half_full: "
        set state 200
        set open 1000
        set commit 100
        start 0_0 5
        start 0_1 7
        +records orders/1 7@50=big:90
        records orders/0 5@100=a
        at 100
        committed
        records orders/0 6@100=a
        wake
        at 200
        committed
        committed 31",
    a_lagging_writer_stops_the_processing: "
        set state 200
        set open 1000
        set commit 100
        start 0_0 5
        records orders/0 5@100=big:150
        at 100
        committed
        committed 2
        records orders/0 6@100=big:60
        at 200
        committed
        records orders/0 7@100=a
        wake
        checkpointed 0_0 2",
    a_checkpoint_that_fails_closes_the_task: "
        set checkpoint 30000
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        committed 1
        checkpointed 0_0 1 error no space left on device
        at 30100",
    a_checkpoint_of_a_former_life_is_ignored: "
        set checkpoint 30000
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        committed 1
        revoke 0_0
        checkpointed 0_0 1
        start 0_0 5
        checkpointed 0_0 1",
    a_large_restore_is_written_on_the_way_and_waits_for_the_writer: "
        set state 200
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=0..100
        restored 0_0 counts 5 10
        restored 0_0 counts 6 20
        restored 0_0 counts 20 40
        checkpointed 0_0 1
        restored 0_0 counts 20 100",
    // ---- flow
    a_full_queue_is_held_back_until_it_is_half_empty: "
        set queue 30
        set step 1
        start 0_0 5
        +records orders/0 5@1=a 6@2=b
        +records orders/0 7@3=c 8@4=d
        at 0
        at 1
        at 2
        at 3",
    the_end_of_a_partition_that_is_held_back_is_not_known: "
        set queue 15
        start 2_0 5
        +records clicks/0 5@100=a 6@400=b
        +eof clicks/0 7
        +records users/0 5@300=x 6@600=y
        +eof users/0 7
        at 0
        wake
        +records clicks/0 7@500=c
        +eof clicks/0 8
        at 0",
    a_full_queue_waits_for_a_commit: "
        set queue 15
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        records orders/0 6@100=a 7@100=b
        committed 3",
    // ---- the way out
    a_revoked_task_is_committed_parked_and_released: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        revoke 0_0
        committed 9
        records orders/0 6@100=late
        records orders/1 8@100=c",
    a_revoked_clean_task_is_released_at_once: "
        start 0_0 5
        revoke 0_0",
    a_revoke_during_a_commit_waits_for_it: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        at 30000
        revoke 0_0 0_1
        committed 3 4",
    a_revoke_that_needs_positions_asks_for_them_alone: "
        set checkpoint 90000
        start 0_0 5
        records orders/0 5@100=a
        at 30000
        revoke 0_0
        committed
        committed 3",
    a_task_that_was_lost_and_is_back_is_not_released_by_the_old_commit: "
        start 0_0 5
        records orders/0 5@100=a
        revoke 0_0
        lose 0_0
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=0..0
        committed 3",
    a_refused_commit_at_a_revoke_rewinds_the_tasks_that_stay: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        revoke 0_0
        refused the generation is old
        aborted",
    a_revoke_during_an_abort_waits_for_it: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        undelivered counts no
        revoke 0_1
        aborted",
    a_lost_task_leaves_without_a_commit: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        lose 0_0
        aborted",
    a_task_lost_during_a_commit_leaves_the_answer_to_the_others: "
        start 0_0 5
        start 0_1 7
        +records orders/0 5@100=a
        records orders/1 7@100=b
        at 30000
        lose 0_0
        committed 3 4",
    a_close_commits_parks_and_releases: "
        start 0_0 5
        start 0_1 7
        records orders/0 5@100=a
        close
        committed 3
        assign 0_0",
    a_close_during_a_restore_keeps_what_was_restored: "
        start 0_0 5
        assign 0_1
        opened 0_1
        offsets 0_1 orders=5
        ends 0_1 counts=0..1000
        restored 0_1 counts 90 100
        close",
    a_close_without_tasks: "
        close",
    a_revoke_of_what_was_never_here_is_answered: "
        revoke 0_0",
    // ---- queries
    a_query_sees_the_last_commit_and_nothing_behind_it: "
        start 0_0 5
        query 0_0 s 100
        records orders/0 5@100=big:50
        query 0_0 s 100
        at 30000
        query 0_0 s 30100
        committed 3
        query 0_0 s 30100",
    a_query_while_a_task_comes_says_how_far_it_is: "
        query 0_0 s 100
        assign 0_0
        query 0_0 s 100
        opened 0_0
        query 0_0 s 100
        offsets 0_0 orders=5
        query 0_0 s 100
        ends 0_0 counts=0..1000
        query 0_0 s 100
        restored 0_0 counts 90 400
        query 0_0 s 100
        restored 0_0 counts 90 1000
        query 0_0 s 100",
    a_query_during_a_restore_that_waits_for_a_commit_is_answered_when_state_is_whole: "
        start 0_1 7
        at 40000
        records orders/1 7@100=a
        assign 0_0
        opened 0_0
        offsets 0_0 orders=5
        ends 0_0 counts=0..10
        restored 0_0 counts 10 10
        query 0_0 s 40100
        committed 3",
    a_query_of_a_task_that_left_or_failed_is_refused: "
        start 0_0 5
        start 0_1 7
        records orders/1 7@100=fail
        query 0_1 s 100
        revoke 0_0
        query 0_0 s 100",
    a_query_after_an_uncertain_commit_waits_for_what_is_committed: "
        start 0_0 5
        records orders/0 5@100=big:50
        at 30000
        indefinite timed out
        query 0_0 s 30100
        aborted
        query 0_0 s 30100
        offsets 0_0 orders=6
        ends 0_0 counts=0..1
        query 0_0 s 30100
        restored 0_0 counts 1 1
        query 0_0 s 30100",
    a_query_says_how_stale_it_may_be: "
        start 0_0 5
        at 1000
        query 0_0 s 9000 0
        records orders/0 5@100=big:50
        at 1500
        query 0_0 s 9000 499
        query 0_0 s 9000 500",
    a_query_whose_time_is_over_is_not_answered_late: "
        start 0_0 5
        at 101
        query 0_0 s 100",
    a_query_of_a_store_that_the_task_does_not_have: "
        start 0_0 5
        query 0_0 t 100",
    // ---- looks
    a_look_says_what_each_task_does_or_waits_for: "
        start 0_0 5
        look
        eof orders/0
        look
        +records orders/0 5@100=a
        +look
        assign 0_1
        look
        at 30000
        look
        records orders/0 6@100=b
        look
        committed 3",
    a_look_names_the_partition_that_is_waited_for: "
        start 2_0 5
        records clicks/0 5@100=a
        look
        eof users/0
        records clicks/0 6@100=fail
        look",
}
