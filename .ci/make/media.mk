# make media: the codec demo's video and a small one for the tests, made by ffmpeg of the photos in demos/images.

.PHONY: media

MEDIA := build/media/lane.avi build/media/small.avi
TEST_NEEDS += $(MEDIA)
media: $(MEDIA) ## the codec demo's videos, into build/media/ (needs ffmpeg)

build/media/lane.avi: MEDIA_SHAPE := 1920 1080 160
build/media/small.avi: MEDIA_SHAPE := 320 180 40
$(MEDIA): .ci/media.js $(wildcard demos/images/*.png demos/images/*.jpg) | build/setup/media
	$(call say,$@)
	$(Q)node .ci/media.js $@ $(MEDIA_SHAPE)
