/* Rows as JSON or Atom, in the form 1C gives them. */
#ifndef DEMO_RENDER_H
#define DEMO_RENDER_H

#include "obmen/buf.h"
#include "demo/query.h"

#define DEMO_BOM "\xEF\xBB\xBF"

struct demo_column {
    struct str head; /* what stands before the value: ",\n\"Name\": " or "<d:Name m:type=…>" */
    struct str tail; /* Atom: "</d:Name>" */
    const struct demo_field *field;
    const struct demo_field *column; /* only this one of the table part */
    bool presentation;
};

struct demo_layout {
    const struct demo_world *w;
    const struct demo_query *q;
    struct str base; /* http://host/demo/odata/standard.odata */
    struct demo_column *columns;
    int count;
    struct demo_column *rows; /* of the table part */
    int row_count;
};

/* single: one object by its key; its fields come in another order than in lists. */
void demo_layout_init(struct demo_layout *l, struct arena *a, const struct demo_world *w,
    const struct demo_query *q, struct str base, bool single);

/* count: of $inlinecount, or NULL. */
void demo_render_begin(const struct demo_layout *l, struct buf *out, const uint64_t *count);
void demo_render_row(const struct demo_layout *l, struct buf *out, struct demo_view *v, bool first);
void demo_render_end(const struct demo_layout *l, struct buf *out);
void demo_render_single(const struct demo_layout *l, struct buf *out, struct demo_view *v);

/* Parts of the above. */
void demo_json_row(const struct demo_layout *l, struct buf *out, struct demo_view *v, bool bare);
void demo_atom_row(const struct demo_layout *l, struct buf *out, struct demo_view *v);
char *demo_put_date(char *out, int64_t second);  /* 2025-03-14T10:22:00 */
char *demo_put_hundredths(char *out, int64_t n); /* 20000, 22729.17, 136375.5 */
char *demo_put_whole(char *out, int64_t n);
/* The text form of a reference: name or number of what it points to. */
struct str demo_presentation(struct arena *a, const struct demo_world *w,
    const struct demo_field *f, const struct demo_value *v);

#endif
