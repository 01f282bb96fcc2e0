package engine

// A Picture is an image that came with a question.
type Picture struct {
	Name string
	MIME string // image/png, image/jpeg, image/webp or image/gif
	Data []byte
}
