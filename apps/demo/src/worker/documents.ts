import type { DaySales } from '../orders/order-store.ts';
import type { Order } from '../orders/order.ts';

/** The same for the same order, whoever writes it and when. */
export function receiptOf(order: Order, shopName: string): string {
  return [
    shopName,
    '',
    `Order     ${order.id}`,
    `Customer  ${order.customer}`,
    `Placed    ${order.placedAt}`,
    `${order.quantity} x ${order.productId}`,
    `Total     ${moneyOf(order)}`,
    '',
  ].join('\n');
}

/** What a mail server would be given. A name of a customer holds no line break, so that it adds no header. */
export function confirmationOf(order: Order, shopName: string): string {
  return [
    `From: ${oneLine(shopName)} <orders@shop.example>`,
    `To: ${oneLine(order.customer)} <customer@shop.example>`,
    `Subject: Your order ${order.id}`,
    '',
    `Your order of ${order.quantity} x ${order.productId} for ${moneyOf(order)} is on its way.`,
    '',
  ].join('\r\n');
}

/** What was sold on a day, as JSON. */
export function reportOf(day: string, { orders, totalCents }: DaySales): string {
  return `${JSON.stringify({ day, orders, total: totalCents / 100 })}\n`;
}

function moneyOf({ totalCents, currency }: Order): string {
  return `${(totalCents / 100).toFixed(2)} ${currency}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
