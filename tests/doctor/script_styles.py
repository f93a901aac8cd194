"""Right training scripts in styles of public questions, and single lines of them that are wrong."""

PLAIN = """import numpy as np
from keras.datasets import mnist

(x_train, y_train), (x_test, y_test) = mnist.load_data()
X = x_train.reshape(60000, 784).astype(float) / 255
Xt = x_test.reshape(10000, 784).astype(float) / 255
Y = np.zeros((60000, 10))
Y[np.arange(60000), y_train] = 1

W = np.zeros((784, 10))
b = np.zeros(10)
for epoch in range(30):
    order = np.random.permutation(60000)
    for i in range(0, 60000, 100):
        j = order[i:i + 100]
        Z = X[j] @ W + b
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = E / E.sum(axis=1, keepdims=True)
        dZ = (P - Y[j]) / len(j)
        W -= 0.1 * X[j].T @ dZ
        b -= 0.1 * dZ.sum(axis=0)
    guess = (Xt @ W + b).argmax(axis=1)
    print("epoch", epoch, "error", np.mean(guess != y_test))
"""

ONE_BY_ONE = """import numpy as np

train = np.loadtxt("mnist_train.csv", delimiter=",")
test = np.loadtxt("mnist_test.csv", delimiter=",")

def prepare(table):
    return table[:, 1:] / 255, table[:, 0].astype(int)

def predict(w, c, x):
    s = w.dot(x) + c
    s = np.exp(s - np.max(s))
    return s / np.sum(s)

images, digits = prepare(train)
w = np.random.normal(0, 0.01, (10, 784))
c = np.zeros(10)
rate = 0.01
for sweep in range(3):
    for n in np.random.permutation(len(images)):
        x = images[n]
        p = predict(w, c, x)
        t = np.zeros(10)
        t[digits[n]] = 1
        d = p - t
        w -= rate * np.outer(d, x)
        c -= rate * d

images_t, digits_t = prepare(test)
correct = 0
for x, digit in zip(images_t, digits_t):
    if predict(w, c, x).argmax() == digit:
        correct += 1
print("accuracy: {:.2f} %".format(100 * correct / len(digits_t)))
"""

ADAM = """import numpy as np, pandas as pd
import matplotlib.pyplot as plt

df = pd.read_csv("../input/train.csv")
y = df["label"].values
X = df.drop("label", axis=1).values / 255.0
X = np.hstack([X, np.ones((X.shape[0], 1))])
n_val = X.shape[0] // 6
X_val, y_val = X[:n_val], y[:n_val]
X, y = X[n_val:], y[n_val:]

theta = 0.001 * np.random.randn(X.shape[1], 10)
m, v = np.zeros_like(theta), np.zeros_like(theta)
losses = []
t = 0
while t < 60:
    t += 1
    logits = X.dot(theta)
    logits -= logits.max(1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    losses.append(-logp[np.arange(len(y)), y].mean())
    g = np.exp(logp)
    g[np.arange(len(y)), y] -= 1
    g = X.T.dot(g) / len(y)
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g ** 2
    theta -= 0.01 * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
plt.plot(losses)
plt.show()
val_acc = (X_val.dot(theta).argmax(1) == y_val).mean()
print(f"validation accuracy {val_acc:.3f}, last loss {losses[-1]:.3f}")
"""

DECAY = """import gzip, pickle
import numpy as np

with gzip.open('mnist.pkl.gz', 'rb') as f:
    train_set, valid_set, test_set = pickle.load(f, encoding='latin1')

class Softmax:
    def __init__(self, n_in, n_out, reg):
        self.W = np.random.uniform(-0.01, 0.01, (n_in, n_out))
        self.b = np.zeros((1, n_out))
        self.reg = reg

    def forward(self, X):
        scores = np.dot(X, self.W) + self.b
        e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        self.probs = e / np.sum(e, axis=1, keepdims=True)
        return self.probs

    def loss(self, X, y):
        p = self.forward(X)
        return -np.log(p[range(len(y)), y] + 1e-12).mean() + 0.5 * self.reg * np.sum(self.W ** 2)

    def backward(self, X, y):
        delta = self.probs.copy()
        delta[range(len(y)), y] -= 1
        delta /= len(y)
        self.dW = np.dot(X.T, delta) + self.reg * self.W
        self.db = np.sum(delta, axis=0, keepdims=True)

    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db

    def error(self, X, y):
        return np.mean(np.argmax(self.forward(X), axis=1) != y)

net = Softmax(784, 10, 1e-3)
X, y = train_set
for epoch in range(20):
    for k in range(len(X) // 50):
        xb, yb = X[k * 50:(k + 1) * 50], y[k * 50:(k + 1) * 50]
        net.forward(xb)
        net.backward(xb, yb)
        net.step(0.2)
    print('epoch %d, loss %.4f, valid error %.3f' % (epoch, net.loss(X, y), net.error(*valid_set)))
print('test error', net.error(*test_set))
"""

SMALL = """from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler
import numpy as np

data, target = load_digits(return_X_y=True)
rng = np.random.RandomState(3)
perm = rng.permutation(len(data))
data, target = data[perm], target[perm]
cut = int(0.8 * len(data))
scaler = StandardScaler().fit(data[:cut])
A, B = scaler.transform(data[:cut]), scaler.transform(data[cut:])
la, lb = target[:cut], target[cut:]
H = (la[:, None] == np.arange(10)).astype(float)

def soft(u):
    u = np.exp(u - u.max(1)[:, None])
    return u / u.sum(1)[:, None]

K = np.zeros((64, 10))
k0 = np.zeros(10)
for it in range(200):
    S = soft(A @ K + k0)
    G = A.T @ (S - H)
    K -= 0.0002 * G
    k0 -= 0.0002 * (S - H).sum(0)
    if it % 50 == 0:
        print(it, 'cost', -np.sum(H * np.log(S + 1e-9)))
print('train acc', np.mean(soft(A @ K + k0).argmax(1) == la))
print('test acc', np.mean(soft(B @ K + k0).argmax(1) == lb))
"""

# The question's own code: L without a minus, its gradient, and a step that goes down on it.
QUESTION = """import numpy as np
from keras.datasets import mnist

(train_x, train_y), (test_x, test_y) = mnist.load_data()
X = train_x.reshape(60000, 784) / 255.0
X_test = test_x.reshape(10000, 784) / 255.0
Y = np.zeros((10, 60000))
Y[train_y, np.arange(60000)] = 1


def softmax(A):
    E = np.exp(A - A.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def L(W, b, X, Y):
    return np.sum(Y.T * np.log(softmax(X @ W + b)))


def gradients(W, b, X, Y):
    Y_hat = softmax(X @ W + b)
    dW = X.T @ (Y.T - Y_hat)
    db = np.ones(len(X)) @ (Y.T - Y_hat)
    return dW, db


W, b = np.zeros((784, 10)), np.zeros(10)
rate = 0.001
for epoch in range(5):
    order = np.random.permutation(60000)
    for i in range(0, 60000, 100):
        batch = order[i:i + 100]
        dW, db = gradients(W, b, X[batch], Y[:, batch])
        W = W - rate * dW
        b = b - rate * db
    print("L =", L(W, b, X, Y))
predicted = softmax(X_test @ W + b).argmax(axis=1)
print("error rate", np.mean(predicted != test_y))
"""

RIGHT = {
    "plain": PLAIN,
    "one by one": ONE_BY_ONE,
    "adam": ADAM,
    "decay": DECAY,
    "small": SMALL,
}

# script, the right line's text, what stands in its place
WRONG = [
    ("plain", "dZ = (P - Y[j]) / len(j)", "dZ = (Y[j] - P) / len(j)"),
    ("plain", "W -= 0.1 * X[j].T @ dZ", "W += 0.1 * X[j].T @ dZ"),
    ("plain", "P = E / E.sum(axis=1, keepdims=True)", "P = E / E.sum()"),
    ("plain", "b -= 0.1 * dZ.sum(axis=0)", "b -= 0.1 * dZ.sum()"),
    ("plain", "Y[np.arange(60000), y_train] = 1", "Y[np.arange(60000), y_train - 1] = 1"),
    ("plain", "Z = X[j] @ W + b", "Z = X[i:i + 100] @ W + b"),
    ("plain", "guess = (Xt @ W + b).argmax(axis=1)", "guess = (Xt @ W + b).argmin(axis=1)"),
    ("plain", "guess = (Xt @ W + b).argmax(axis=1)", "guess = (Xt @ W).argmax(axis=1)"),
    (
        "plain",
        "Xt = x_test.reshape(10000, 784).astype(float) / 255",
        "Xt = x_test.reshape(10000, 784).astype(float)",
    ),
    ("one by one", "d = p - t", "d = t - p"),
    ("one by one", "t[digits[n]] = 1", "t[digits[n] - 1] = 1"),
    ("one by one", "w -= rate * np.outer(d, x)", "w = -rate * np.outer(d, x)"),
    ("adam", "g = X.T.dot(g) / len(y)", "g = -X.T.dot(g) / len(y)"),
    ("adam", "X_val, y_val = X[:n_val], y[:n_val]", "X_val, y_val = X[:n_val], y[n_val:]"),
    ("decay", "self.W -= lr * self.dW", "self.W -= lr * self.W"),
    (
        "decay",
        "self.dW = np.dot(X.T, delta) + self.reg * self.W",
        "self.dW = np.dot(X.T, delta) - self.reg * self.W",
    ),
    ("decay", "delta[range(len(y)), y] -= 1", "delta[:, y] -= 1"),
    (
        "decay",
        "return np.mean(np.argmax(self.forward(X), axis=1) != y)",
        "return np.mean(np.argmax(self.forward(X), axis=0) != y)",
    ),
    ("small", "data, target = data[perm], target[perm]", "data, target = data[perm], target"),
    ("small", "return u / u.sum(1)[:, None]", "return u / u.sum(0)[None, :]"),
    ("small", "K -= 0.0002 * G", "K -= 0.0002 * K"),
    (
        "small",
        "print('test acc', np.mean(soft(B @ K + k0).argmax(1) == lb))",
        "print('test acc', np.mean(soft(B @ K + k0).argmax(1) == lb[:, None]))",
    ),
]


def broken(name, right, wrong):
    """A script with one wrong line, and that line's number."""
    text = RIGHT[name]
    if text.count(right) != 1:
        raise ValueError(f"{right!r} stands {text.count(right)} times in {name!r}; wanted once")
    line = text[: text.index(right)].count("\n") + 1
    return text.replace(right, wrong), line
