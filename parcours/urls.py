from django.urls import URLPattern, URLResolver

app_name = "parcours"
urlpatterns: list[URLPattern | URLResolver] = []
