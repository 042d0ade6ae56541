"""Public pages may be kept by shared caches for a moment; a page made for one person never is."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

View = Callable[..., HttpResponse]
SECONDS = 60


def shared(view: View) -> View:
    """Let caches keep the answer to a visitor nobody knows; everyone else's is private.

    A page with a form in it holds that visitor's token and is not shared either.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language", "Cookie", "HX-Request"])
        anonymous = not request.user.is_authenticated and not request.session.session_key
        plain = response.status_code == 200 and b"csrfmiddlewaretoken" not in response.content
        if anonymous and plain:
            patch_cache_control(response, public=True, max_age=SECONDS)
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return answered
