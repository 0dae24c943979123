"""The world behind the VK emulator: communities whose posts and comments are computed from a seed, never held."""

STRIDE = 64  # numbers from one top comment to the next: room for its thread
MASK = (1 << 64) - 1
START = 1_700_000_000  # the date of the first post
POST_STEP = 6 * 3600

WORDS = ("банк банка банке банком кредит кредита кредиты кредитом кредитная карта кредитной картой договор договора "
         "договору ёлка елка ёлки налог налоги налогом отчёт отчета бухгалтер бухгалтера доставка доставку доставкой "
         "заказ заказа заказали цена цены ценой спасибо очень хорошо плохо магазин магазина магазине когда будет "
         "открыли закрыли работает телефон сайт сайта привет всем ждём вопрос вопросы ответ ответа").split()
TAILS = ("", "", "", "", "!", "?", " 🙂", " 👍🏽", " &amp; точка", " «да»", " &lt;b&gt;", " ...")


def mix(x):
    """splitmix64: the same question gets the same answer in every run."""
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def sentence(chance):
    words = []
    for _ in range(3 + chance % 9):
        chance = mix(chance)
        words.append(WORDS[chance % len(WORDS)])
    return " ".join(words).capitalize() + TAILS[(chance >> 20) % len(TAILS)]


class Post:
    def __init__(self, wall, index, post_id, date, tops):
        self.wall, self.index, self.id, self.date, self.tops = wall, index, post_id, date, tops
        self.text = None       # what a change made of it
        self.pinned = self.deleted = self.comments_closed = False
        self.edited = 0
        self.chance = mix(wall.seed * 1_000_003 + index)
        self.deleted_ids = set()
        self.edits = {}        # id → text
        self.more_tops = []    # ids that were added
        self.more_replies = {} # id of a top comment → ids
        self.count = sum(1 + self.thread_size(j) for j in range(tops)) if wall.count_comments else 0

    def thread_size(self, j):
        chance = mix(self.chance + j)
        kind, size = chance % 100, chance >> 32
        return 0 if kind < 80 else 1 + size % 5 if kind < 95 else 6 + size % 5 if kind < 99 else 11 + size % 30

    def touched(self):
        return bool(self.deleted_ids or self.more_tops or self.more_replies)

    def reply_ids(self, top):
        """All of a thread that are still there."""
        j = (top - self.id - 1) // STRIDE
        own = range(top + 1, top + 1 + self.thread_size(j)) if top not in self.more_tops else ()
        if not self.touched():
            return own
        return [i for i in (*own, *self.more_replies.get(top, ())) if i not in self.deleted_ids]

    def top_ids(self):
        own = range(self.id + 1, self.id + 1 + self.tops * STRIDE, STRIDE)
        if not self.touched():
            return own
        # a deleted comment that was answered stays as a stub
        return [i for i in (*own, *self.more_tops) if i not in self.deleted_ids or self.reply_ids(i)]

    def total(self):
        if not self.touched():
            return self.count
        return sum(1 + len(self.reply_ids(i)) for i in self.top_ids())

    def comment(self, comment_id, parent, offset_s):
        chance = mix(self.chance ^ (comment_id * 31))
        text = self.edits.get(comment_id)
        if comment_id in self.deleted_ids:
            return {"id": comment_id, "date": self.date + offset_s, "parents_stack": [], "deleted": True}
        made = {"id": comment_id, "from_id": 1000 + chance % 50_000, "date": self.date + offset_s,
                "text": text if text is not None else sentence(chance), "post_id": self.id,
                "owner_id": self.wall.owner_id, "parents_stack": [parent] if parent else [],
                "likes": {"can_like": 0, "count": (chance >> 40) % 7, "user_likes": 0}}
        kind = (chance >> 8) % 100
        if text is not None:
            return made
        if kind == 0:
            made["text"] = ""
            made["attachments"] = [{"type": "sticker", "sticker": {"sticker_id": 5, "product_id": 1}}]
        elif kind == 1:
            made["attachments"] = [{"type": "photo", "photo": {"id": 7, "owner_id": 8, "sizes": []}},
                                   {"type": "photos_list", "photos_list": None}, {"type": "new_thing"}]
        elif kind == 2:
            made["text"] += "\x00конец"
        elif kind == 3:
            made["from_id"] = self.wall.owner_id
        elif kind == 4:
            made["text"] = f"[id{made['from_id']}|Дмитрий], " + made["text"]
        if parent:
            made["reply_to_user"], made["reply_to_comment"] = 1000 + chance % 777, parent
        return made

    def top_comment(self, comment_id, inline):
        j = (comment_id - self.id - 1) // STRIDE
        made = self.comment(comment_id, 0, j * 60)
        replies = self.reply_ids(comment_id)
        made["thread"] = {"count": len(replies), "items": [self.reply(i, comment_id) for i in replies[:inline]],
                          "can_post": True, "show_reply_button": True, "groups_can_post": True}
        return made

    def reply(self, comment_id, top):
        return self.comment(comment_id, top, (top - self.id - 1) // STRIDE * 60 + 5 * min(comment_id - top, 50))

    def as_json(self):
        made = {"id": self.id, "owner_id": self.wall.owner_id, "from_id": self.wall.owner_id, "date": self.date,
                "post_type": "post", "text": self.text if self.text is not None else sentence(self.chance),
                "attachments": [{"type": "photo", "photo": {"id": self.id, "owner_id": self.wall.owner_id}}],
                "comments": {"count": self.total(), "can_post": 1, "groups_can_post": True},
                "likes": {"count": self.chance % 90, "user_likes": 0}, "reposts": {"count": self.chance % 9},
                "views": {"count": self.chance % 9000}}
        if self.pinned:
            made["is_pinned"] = 1
        if self.edited:
            made["edited"] = self.edited
        if self.index % 17 == 5:
            made["copy_history"] = [{"id": 93530, "owner_id": -29246653, "from_id": -29246653, "date": START,
                                     "post_type": "post", "text": "Откуда & что", "attachments": []}]
        return made


class Wall:
    def __init__(self, group_id, name, screen_name, seed, posts=0, comments=0, is_closed=0, deactivated=None):
        self.group_id, self.name, self.screen_name = group_id, name, screen_name
        self.owner_id, self.seed = -group_id, seed
        self.is_closed, self.deactivated = is_closed, deactivated
        self.count_comments = True
        self.posts = []
        post_id = 1
        # with the threads there are about twice as many comments as top comments
        share = comments / posts / 2.02 if posts else 0
        for i in range(posts):
            tops = int(share * (0.5 + mix(seed + i) % 1000 / 1000)) if posts > 1 else int(share)
            self.posts.append(Post(self, i, post_id, START + i * POST_STEP, tops))
            post_id += 1 + tops * STRIDE + STRIDE
        self.next_id = post_id + 1

    def new_id(self):
        self.next_id += STRIDE
        return self.next_id

    def newest_first(self):
        alive = [p for p in reversed(self.posts) if not p.deleted]
        return sorted(alive, key=lambda p: not p.pinned)  # a pinned one stands first

    def post(self, post_id):
        return next((p for p in self.posts if p.id == post_id and not p.deleted), None)

    def add_post(self, text, tops=0):
        post = Post(self, len(self.posts), self.new_id(), START + len(self.posts) * POST_STEP, tops)
        post.text = text
        self.next_id += tops * STRIDE + STRIDE
        self.posts.append(post)
        return post

    def as_json(self):
        made = {"id": self.group_id, "name": self.name, "screen_name": self.screen_name, "is_closed": self.is_closed,
                "type": "group", "photo_50": "http://127.0.0.1/50.jpg"}
        if self.deactivated:
            made["deactivated"] = self.deactivated
        return made


class World:
    """1001: as large as is wanted; 1002 closed, 1003 private, 1004 banned, 1005 without posts, 1006 one large post."""

    def __init__(self, posts, comments, seed):
        self.walls = {w.group_id: w for w in (
            Wall(1001, "Демо-сообщество: бухгалтерия & жизнь", "demo_club", seed, posts, comments),
            Wall(1002, "Закрытое сообщество", "closed_club", seed + 1, 3, 30, is_closed=1),
            Wall(1003, "Частное сообщество", "private_club", seed + 2, 3, 30, is_closed=2),
            Wall(1004, "Заблокированное", "banned_club", seed + 3, deactivated="banned"),
            Wall(1005, "Тихое место", "quiet_club", seed + 4),
            Wall(1006, "Один разговор", "talk_club", seed + 5, 1, 400))}

    def find(self, text):
        for wall in self.walls.values():
            if text in (str(wall.group_id), wall.screen_name, f"club{wall.group_id}", f"public{wall.group_id}"):
                return wall
        return None
