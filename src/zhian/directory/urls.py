"""The addresses of the administration."""

from __future__ import annotations

from django.urls import include, path

from zhian.directory.pages import (
    agencies,
    assistant,
    duties,
    home,
    people,
    places,
    rosters,
    rules,
)

rooms = [
    path("", home.home, name="home"),
    path("places/", places.places, name="places"),
    path("places/new/", places.place_new, name="place-new"),
    path("places/<int:pk>/", places.place, name="place"),
    path("places/<int:pk>/end/", places.place_end, name="place-end"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/new/", agencies.agency_new, name="agency-new"),
    path("agencies/<int:pk>/", agencies.agency, name="agency"),
    path("agencies/<int:pk>/change/", agencies.agency_change, name="agency-change"),
    path("agencies/<int:pk>/end/", agencies.agency_end, name="agency-end"),
    path("agencies/<int:pk>/offices/new/", agencies.office_new, name="office-new"),
    path("agencies/<int:pk>/posts/new/", agencies.post_new, name="post-new"),
    path("offices/<int:pk>/", agencies.office, name="office"),
    path("offices/<int:pk>/end/", agencies.office_end, name="office-end"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.person_change, name="person-change"),
    path("people/<int:pk>/password/", people.person_password, name="person-password"),
    path("people/<int:pk>/close/", people.person_close, name="person-close"),
    path("people/<int:pk>/return/", people.person_return, name="person-return"),
    path("people/<int:pk>/appoint/", people.appoint, name="appoint"),
    path("appointments/", people.appointment_list, name="appointments"),
    path("appointments/<int:pk>/end/", people.appointment_end, name="appointment-end"),
    path("deputies/", people.deputies, name="deputies"),
    path("deputies/<int:pk>/end/", people.deputy_end, name="deputy-end"),
    path("gaps/", duties.report, name="gaps"),
    path("gaps/<slug:key>/", duties.gap, name="gap"),
    path("responsibilities/", duties.responsibilities, name="responsibilities"),
    path("responsibilities/matrix/", duties.matrix, name="matrix"),
    path("responsibilities/new/", duties.responsibility_new, name="responsibility-new"),
    path("responsibilities/<int:pk>/end/", duties.responsibility_end, name="responsibility-end"),
    path("sponsorships/", duties.sponsorships, name="sponsorships"),
    path("sponsorships/new/", duties.sponsorship_new, name="sponsorship-new"),
    path("sponsorships/<int:pk>/end/", duties.sponsorship_end, name="sponsorship-end"),
    path("imports/", rosters.index, name="imports"),
    path("imports/<slug:kind>/", rosters.upload, name="import"),
    path("imports/<slug:kind>/template/", rosters.template, name="import-template"),
    path("imports/<slug:kind>/commit/", rosters.commit, name="import-commit"),
    path("settings/", rules.settings, name="settings"),
    path("settings/<slug:key>/", rules.setting, name="setting"),
    path("holidays/", rules.calendar_page, name="holidays"),
    path("holidays/clear/", rules.calendar_clear, name="holidays-clear"),
    path("holidays/<int:year>/publish/", rules.calendar_publish, name="holidays-publish"),
    path("changes/", rules.changes, name="changes"),
    path("setup/done/", assistant.done, name="setup-done"),
    path("setup/<slug:key>/", assistant.step, name="setup"),
]

urlpatterns = [path("directory/", include((rooms, "directory")))]
